extension Cache where Key: LosslessStringConvertible {
    /// What answers are tagged with that are made of the value of `key`, so that caches in front of the service forget them when a
    /// transaction invalidates it: the name of the cache, a slash, and the key.
    public func tag(for key: Key) -> String { tag(named: key.description) }
}

extension Cache {
    /// The group of all its tags.
    var groupTag: String { TagSet.escaped(name.replacing("/", with: ".")) }

    /// The tag of a key that has a text form; nil of others, by which nothing can be tagged.
    func tagIfNamed(_ key: Key) -> String? {
        (key as? any LosslessStringConvertible).map { tag(named: $0.description) }
    }

    fileprivate func tag(named key: String) -> String { groupTag + "/" + TagSet.escaped(key) }
}
