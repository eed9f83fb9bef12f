extension Head {
    /// Changes fields as a route says: removed, set, added.
    func apply(_ changes: EdgeConfiguration.HeaderChanges) {
        for name in changes.remove { remove(named: name) }
        for line in changes.set {
            remove(named: line.name)
            add(name: line.name, line.value)
        }
        for line in changes.add { add(name: line.name, line.value) }
    }

    /// Says that the answer depends on a field of the request, where that is not said already (RFC 9110 §12.5.5).
    func addVary(_ name: StaticString) {
        let wanted = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        for field in fields where field.id == .vary {
            for element in ListElements(self, field.value) {
                let bytes = bytes(element)
                if bytes.count == 1, bytes[0] == UInt8(ascii: "*") { return }
                guard bytes.count == wanted.count else { continue }
                if zip(bytes, wanted).allSatisfy({ Characters.lowercased($0) == Characters.lowercased($1) }) { return }
            }
        }
        add(.vary, wanted)
    }
}
