extension NginxImport {
    /// Bytes without HTTP.
    mutating func readStream(_ block: [NginxDirective]) {
        let scope = NginxScope(levels: [block])
        for directive in block {
            switch (directive.name, directive.block) {
            case ("upstream", let inner?): readUpstream(directive, inner)
            case ("server", let inner?): readStreamServer(directive, scope.within(inner))
            default: noteUntranslated(directive)
            }
        }
    }

    private mutating func readStreamServer(_ directive: NginxDirective, _ scope: NginxScope) {
        for line in scope.own { noteUntranslated(line) }
        guard let listen = scope.own.first(where: { $0.name == "listen" }).map({ NginxListen($0, isSecure: false) }),
            let address = listen.address, let pass = scope.one("proxy_pass")
        else {
            return draft.note(.untranslated, directive.place, "server", "it needs a TCP address and a proxy_pass")
        }
        let isGuarded = !scope.all("deny").isEmpty
        guard !isGuarded, !listen.isSecure else {
            let advice =
                isGuarded
                ? "it is left out, since who may is not decided by address here" : "tcp does not open TLS: use https"
            return draft.note(isGuarded ? .protection : .untranslated, directive.place, "server \(address)", advice)
        }
        guard let name = upstream(pass.first, isSecure: false, pass.place, verifiesTLS: nil) else {
            return draft.note(
                .untranslated,
                pass.place,
                pass.words,
                "write 'protocol: tlsPassthrough' with 'names', or name an upstream"
            )
        }
        var listener = YAMLMapping(.listener)
        listener.comment = directive.place.description
        listener["address"] = ImportValues.digits(address[...]).map(YAMLDraft.number) ?? .text(address)
        listener["protocol"] = .word("tcp")
        listener["upstream"] = .text(name)
        if let time = scope.one("proxy_timeout").flatMap({ ImportValues.nginxTime($0.first) }), time != .seconds(75) {
            listener.change("limits", .listenerLimits) {
                $0["idleTimeout"] = ImportValues.time(time, .milliseconds(100) ... .seconds(3_600))
            }
        }
        draft.listeners.append(listener)
    }
}
