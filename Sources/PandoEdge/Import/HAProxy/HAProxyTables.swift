/// What is known of lines that are not translated one by one.
enum HAProxyTables {
    /// Read where they hold, by what they belong to.
    static let translated: Set<String> = [
        "acl", "bind", "mode", "default_backend", "use_backend", "server", "balance", "timeout", "redirect",
        "http-request",
        "http-response", "cookie", "compression", "retries", "default-server", "http-check", "monitor-uri", "nbthread",
        "hash-type",
    ]

    private static let itself = "the edge does it by itself"
    /// What the edge has no need of, by the beginning of the line, and why.
    static let unneeded: [(words: String, reason: String)] = [
        ("option forwardfor", "X-Forwarded-For is always sent"),
        ("option http-server-close", "connections to servers are kept"),
        ("option http-keep-alive", itself), ("option redispatch", "a retry goes to another server"),
        ("option dontlognull", itself), ("option httplog", "see 'accessLog'"), ("option tcplog", "see 'accessLog'"),
        ("option splice", itself), ("option tcp-smart", itself), ("option clitcpka", itself),
        ("option srvtcpka", itself),
        ("option log-health-checks", itself), ("option tcpka", itself), ("option abortonclose", itself),
        ("option httpclose", itself),
        ("option prefer-last-server", itself), ("option contstats", itself), ("option http-no-delay", itself),
        ("option http-buffer-request", "bodies are streamed, and slow ones are ended by 'bodyTimeout'"),
        ("log-format", "see 'accessLog'"), ("log", "see 'accessLog'"), ("daemon", "it runs in the foreground"),
        ("user", "the service manager says who runs it"), ("group", "the service manager says who runs it"),
        ("chroot", "let the service manager confine it"), ("pidfile", "the service manager watches the process"),
        ("nbproc", "see 'workers'"), ("ssl-default-bind-ciphers", itself), ("ssl-default-bind-ciphersuites", itself),
        ("ssl-default-server", itself), ("ssl-dh-param-file", itself), ("tune.", itself),
        ("ca-base", "write whole paths"),
        ("spread-checks", itself), ("http-reuse", "connections to servers are shared"), ("description", itself),
        ("fullconn", itself),
        ("cpu-map", itself), ("unique-id", itself), ("dispatch", itself), ("no log", itself),
    ]

    /// What to do instead, by the beginning of the line.
    static let remedies: [(words: String, remedy: String)] = [
        ("stats", "write 'admin: 9100' at the top of the file"),
        ("errorfile", "errors of the edge are short texts of its own"),
        ("http-errors", "errors of the edge are short texts of its own"),
        ("stick-table", "write 'limits: {rate: …}' at a route"),
        ("stick", "write 'balance: {hash: …}' or 'balance: {sticky: …}' at the upstream"),
        ("tcp-request", "write 'deny: {addresses: […]}', or 'proxyProtocolFrom' at the listener"),
        ("capture", "see 'accessLog'"), ("filter", "see 'compression' and 'cache' of routes"),
        ("rate-limit", "write 'limits: {rate: …}' at a route"), ("email-alert", "watch the metrics"),
        ("resolvers", "names are looked up by the system"), ("peers", "each edge counts for itself"),
        ("userlist", "use 'authentication: {jwt: …}' or '{mutualTLS: …}'"), ("cache", "write 'cache: on' at a route"),
        ("option httpchk", "write 'health: /path'"), ("server-template", "name the servers"),
        ("ssl-default-bind-options", "see 'minimumTLS' of a listener"),
        ("maxconn", "see 'limits.connections' of a listener"),
        ("fcgi-app", "the edge speaks HTTP"), ("lua-load", "there is no Lua"),
        ("option", "the edge has no such switch"),
    ]

    static func begins(_ line: HAProxyLine, _ words: String) -> Bool {
        words.hasSuffix(".")
            ? line.text.hasPrefix(words)
            : line.text == words || line.text.hasPrefix(words + " ")
                || line.text.hasPrefix(words + "-")
    }
}
