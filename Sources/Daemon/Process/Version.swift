/// The version of the release.
package enum Version {
    package static let text = "0.1.0"
}
