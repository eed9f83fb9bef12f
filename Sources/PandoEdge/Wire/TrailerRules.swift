/// What may be passed on of a trailer section (RFC 9110 §6.5).
package enum TrailerRules {
    /// Removes the fields that a trailer section must not have: a server that merges it into the head would otherwise frame or
    /// route the message anew.
    package static func settle(_ head: Head) { head.fields.removeAll { !$0.id.isAllowedInTrailers } }
}
