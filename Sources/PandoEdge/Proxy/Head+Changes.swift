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
}
