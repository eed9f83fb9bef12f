import PandoTopology
import Yams

extension EdgeReader {
    /// `on`, `off`, or a mapping.
    func readCompression(_ parent: MappingReader) -> EdgeConfiguration.Compression? {
        guard parent.has("compression"), !parent.isOff("compression") else { return nil }
        var found = EdgeConfiguration.Compression()
        if parent.isOn("compression") { return found }
        guard let reader = parent.section("compression", .compression) else { return nil }
        reader.set(&found.level, "level", 1...9)
        reader.setBytes(&found.minimumBytes, "minimumBytes", 0...(1 << 30))
        if let types = reader.texts("types", expecting: "a media type such as text/*") { found.types = types }
        return found
    }

    /// Fields to keep, or a mapping.
    func readShape(_ parent: MappingReader) -> EdgeConfiguration.Shape? {
        guard parent.has("shape") else { return nil }
        var shape = EdgeConfiguration.Shape()
        let what = "a field such as hotels.name"
        guard parent.node("shape", expecting: "a mapping")?.mapping != nil else {
            shape.keep = parent.texts("shape", expecting: what) ?? []
            return shape
        }
        guard let reader = parent.section("shape", .shape) else { return nil }
        shape.keep = reader.texts("keep", expecting: what) ?? []
        shape.drop = reader.texts("drop", expecting: what) ?? []
        shape.parameter = reader.string("parameter", expecting: "the name of a parameter", limit: 63)
        reader.setBytes(&shape.maximumBytes, "maximumBytes", 1_024...(64 << 20))
        return shape
    }
}
