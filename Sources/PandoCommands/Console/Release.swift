/// Which Pando this is.
package enum Release {
    /// The version of the package, as in `CHANGELOG.md`; a build from main carries that of the next release.
    package static let version = "0.1.0"
}
