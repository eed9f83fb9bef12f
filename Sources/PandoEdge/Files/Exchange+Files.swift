extension Exchange {
    /// Answers with a file of a folder.
    ///
    /// - Parameter path: Decoded, as ``FileFolder/name(_:isSlashed:to:)`` has it.
    final func serve(_ folder: FileFolder, _ path: UnsafeBufferPointer<UInt8>) {
        guard request.method == .get || request.method == .head else {
            response.reset()
            response.add(.allow, "GET, HEAD")
            return respond(405, StatusPage.text(405, "files are only read"))
        }
        let target = request.bytes(request.target)
        let end = target.firstIndex(of: UInt8(ascii: "?")) ?? target.count
        let isSlashed = end > 0 && target[end - 1] == UInt8(ascii: "/")
        let desk = worker.files
        switch folder.name(path, isSlashed: isSlashed, to: &desk.name) {
        case .file: answer(desk.find(in: folder, at: worker.now), folder)
        case .folder: answer(.folder, folder)
        case .hidden: fail(404, "there is no such file")
        }
    }

    /// Whether a body goes to the client as it is.
    final var isPlain: Bool { encoder == nil && shaping == nil }

    private func answer(_ found: OpenFile.Found, _ folder: FileFolder) {
        switch found {
        case .file(let file): send(file, folder)
        case .folder: redirectToSlash()
        case .forbidden: fail(403, "the file may not be read")
        case .failed: fail(503, "too many files are open")
        case .missing:
            guard let fallback = folder.fallback else { return fail(404, "there is no such file") }
            let desk = worker.files
            desk.name = fallback + [0]
            guard case .file(let file) = desk.find(in: folder, at: worker.now) else {
                return fail(404, "there is no such file")
            }
            send(file, folder)
        }
    }

    /// Without the slash, relative links of the page would miss it.
    private func redirectToSlash() {
        let target = request.text(request.target)
        let end = target.firstIndex(of: "?") ?? target.endIndex
        response.reset()
        response.add(.location, "\(target[..<end])/\(target[end...])")
        respond(308, "")
    }

    private func send(_ original: OpenFile, _ folder: FileFolder) {
        var file = original
        if let gzipped = original.gzipped, AcceptEncoding.prefersGzip(request) { file = gzipped }
        let (outcome, selection) = file.tag.withUnsafeBufferPointer { tag in
            select(file, EntityTag(tag))
        }
        response.reset()
        response.status = 200
        responseRules = ResponseRules()
        describe(file, original, folder)
        switch outcome {
        case .failed:
            response.reset()
            return respond(412, StatusPage.text(412, "the file is not what the condition asks for"))
        case .notModified:
            response.status = 304
            response.remove(.contentType)
            response.remove(.contentEncoding)
            response.remove(.lastModified)
            response.remove(.acceptRanges)
            return begin(file, .unsatisfiable, nil)
        case .proceed: send(file, selection)
        }
    }

    /// Decides by the conditions of the request (RFC 9110 §13.2.2), and by its ranges.
    private func select(_ file: OpenFile, _ tag: EntityTag?) -> (Preconditions.Outcome, RangeSelection) {
        let now = CacheTurn.time()
        let own = Validators(tag: tag, lastModified: file.lastModified, date: now.seconds)
        let outcome = Preconditions.evaluate(request, own, now: now)
        guard Preconditions.allowsRange(request, own, now: now) else { return (outcome, .whole) }
        return (outcome, RangeSelection.select(request, length: file.size))
    }

    private func describe(_ file: OpenFile, _ original: OpenFile, _ folder: FileFolder) {
        original.type.withUTF8Buffer { _ = response.add(.contentType, $0) }
        if file !== original { response.add(.contentEncoding, "gzip") }
        if original.gzipped != nil { response.add(.vary, "Accept-Encoding") }
        file.tag.withUnsafeBufferPointer { _ = response.add(.etag, $0) }
        response.add(.lastModified, file.lastModifiedText)
        response.add(.acceptRanges, "bytes")
        if let cacheControl = folder.cacheControl { response.add(.cacheControl, cacheControl) }
    }

    private func send(_ file: OpenFile, _ selection: RangeSelection) {
        var (length, texts) = (file.size, MultipartRanges?.none)
        switch selection {
        case .whole: break
        case .one(let range):
            response.status = 206
            response.add(.contentRange, "bytes \(range.first)-\(range.last)/\(file.size)")
            length = range.count
        case .several(let ranges):
            let made = MultipartRanges(
                ranges,
                type: response.first(.contentType).map { response.text($0) },
                length: file.size,
                boundary: worker.random.next()
            )
            response.status = 206
            response.set(.contentType, made.contentType)
            (length, texts) = (made.length, made)
        case .unsatisfiable:
            response.reset()
            response.add(.contentRange, "bytes */\(file.size)")
            return respond(416, StatusPage.text(416, "the file is not so long"))
        }
        if request.method == .head {
            responseRules.announcedLength = UInt64(length)
        } else if length > 0 {
            responseRules.framing = .length(UInt64(length))
        }
        begin(file, selection, texts)
    }

    /// Sends the head that is made, and what belongs behind it.
    private func begin(_ file: OpenFile, _ selection: RangeSelection, _ texts: MultipartRanges?) {
        if let changes = route?.responseChanges { response.apply(changes) }
        stampResponse()
        ownResponseBegins()
        beginResponse()
        guard responseRules.framing != .none else {
            record.end = .complete
            return endResponse()
        }
        let turn = fileTurn ?? FileTurn(self)
        fileTurn = turn
        turn.begin(file, selection, texts)
    }
}
