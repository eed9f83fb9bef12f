import Testing

@testable import PandoEdge

/// Values and schemas.
@Suite struct SchemaCheckTests {
    /// What is wrong with a value, as `pointer: problem`.
    private func wrong(_ schema: String, _ value: String, more: String = "{}") throws -> [String] {
        let text = "{\"openapi\":\"3.1.0\",\"components\":{\"schemas\":\(more)}}"
        let document = try OpenAPIDocument(reading: Array(text.utf8))
        var compiler = SchemaCompiler(document)
        let place = try compiler.compile(try JSONValue(reading: Array(schema.utf8)), ["schema"])
        try compiler.checkCircles()
        let json = try JSONValue(reading: Array(value.utf8))
        return SchemaCheck.issues(json, place, compiler.schemas, bytes: value.utf8.count).map(\.pointer)
    }

    @Test(arguments: [
        (#"{"type":"integer"}"#, ["1", "1.0", "-3", "1e2"], ["1.5", "\"1\"", "null", "true"]),
        (#"{"type":["string","null"]}"#, ["\"\"", "null"], ["1"]),
        (#"{"type":"string","nullable":true}"#, ["null"], ["1"]),
        (#"{"enum":["a",1,null]}"#, ["\"a\"", "1", "1.0", "null"], ["\"b\"", "true"]),
        (#"{"const":{"a":1}}"#, [#"{"a":1}"#], ["{}"]),
        (#"{"minimum":1,"maximum":3}"#, ["1", "3", "2.5", "\"x\""], ["0.99", "4"]),
        (#"{"minimum":1,"exclusiveMinimum":true}"#, ["1.1"], ["1"]), (#"{"exclusiveMaximum":3}"#, ["2.9"], ["3"]),
        (#"{"multipleOf":0.1}"#, ["0.3", "1", "1.1"], ["0.35"]),
        (#"{"minLength":2,"maxLength":3}"#, ["\"ab\"", "\"é漢字\""], ["\"a\"", "\"abcd\""]),
        (#"{"pattern":"^[A-Z]{2}$"}"#, ["\"KR\"", "5"], ["\"kr\""]),
        (
            #"{"type":"array","items":{"type":"integer"},"minItems":1,"maxItems":2}"#, ["[1]", "[1,2]"],
            ["[]", "[1,2,3]"]
        ),
        (#"{"uniqueItems":true}"#, ["[1,2]"], ["[1,1.0]", #"[{"a":1},{"a":1}]"#]),
        (
            #"{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}"#, [#"{"a":"","b":1}"#],
            ["{}", #"{"a":1}"#]
        ),
        (#"{"properties":{"a":{}},"additionalProperties":false}"#, [#"{"a":[]}"#], [#"{"b":1}"#]),
        (#"{"additionalProperties":{"type":"integer"}}"#, [#"{"b":1}"#], [#"{"b":"1"}"#]),
        (#"{"minProperties":1,"maxProperties":1}"#, [#"{"b":1}"#], ["{}", #"{"a":1,"b":1}"#]),
        (#"{"oneOf":[{"type":"integer"},{"minimum":5}]}"#, ["1", "5.5"], ["6", "0.5"]),
        (#"{"anyOf":[{"type":"integer"},{"type":"string"}]}"#, ["1", "\"\""], ["null"]),
        (#"{"allOf":[{"minimum":1},{"maximum":3}]}"#, ["2"], ["0", "4"]),
        (#"{"not":{"type":"null"}}"#, ["1"], ["null"]),
        (#"{"properties":{"a":{"type":"string","readOnly":true}},"required":["a"]}"#, ["{}"], []),
    ])
    func keywordsHold(schema: String, good: [String], bad: [String]) throws {
        for value in good { #expect(try wrong(schema, value) == [], "\(value)") }
        for value in bad { #expect(try wrong(schema, value) != [], "\(value)") }
    }

    @Test(arguments: [
        (
            "date", ["2024-02-29", "2000-02-29"],
            ["2023-02-29", "1900-02-29", "2024-13-01", "2024-1-1", "2024-01-00", ""]
        ),
        (
            "date-time", ["2024-01-01T00:00:00Z", "2024-01-01t23:59:60.5+09:00"],
            ["2024-01-01", "2024-01-01T24:00:00Z", "2024-01-01T00:00:00"]
        ),
        (
            "uuid", ["123e4567-e89b-12d3-a456-426614174000"],
            ["123e4567e89b12d3a456426614174000", "g23e4567-e89b-12d3-a456-426614174000"]
        ),
        (
            "email", ["a@b.example", "a.b+c@d-e.example"],
            ["a", "a@", "@b", "a@b@c", "a b@c.example", ".a@b.example", "a@-b"]
        ),
        ("ipv4", ["1.2.3.4"], ["1.2.3", "1.2.3.256"]), ("ipv6", ["::1"], [":::"]),
        ("uri", ["https://a/b?c#d"], ["a b", "/x", "1a:b"]),
        ("byte", ["", "aGk="], ["a", "a=bc"]), ("hostname", ["a.example"], ["a..b", "-a"]),
        ("time", ["10:00:00Z"], ["10:00"]),
    ])
    func formatsHold(format: String, good: [String], bad: [String]) throws {
        let schema = "{\"type\":\"string\",\"format\":\"\(format)\"}"
        for text in good { #expect(try wrong(schema, "\"\(text)\"") == [], "\(text)") }
        for text in bad { #expect(try wrong(schema, "\"\(text)\"") != [], "\(text)") }
    }

    @Test func integersHaveTheirWidth() throws {
        #expect(try wrong(#"{"format":"int32"}"#, "2147483647") == [])
        #expect(try wrong(#"{"format":"int32"}"#, "2147483648") != [])
        #expect(try wrong(#"{"format":"int64"}"#, "9223372036854775807") == [])
        #expect(try wrong(#"{"type":"integer","format":"int64"}"#, "9223372036854775808") != [])
    }

    @Test func placesAreTold() throws {
        let schema = #"{"properties":{"a/b~":{"type":"array","items":{"required":["x"]}}}}"#
        #expect(try wrong(schema, ##"{"a/b~":[{"x":1},{}]}"##) == ["#/a~1b~0/1"])
    }

    @Test func schemasMayReferToThemselves() throws {
        let tree = ##"{"Tree":{"properties":{"next":{"$ref":"#/components/schemas/Tree"},"n":{"type":"integer"}}}}"##
        let schema = ##"{"$ref":"#/components/schemas/Tree"}"##
        #expect(try wrong(schema, #"{"next":{"next":{"n":1}}}"#, more: tree) == [])
        #expect(try wrong(schema, ##"{"next":{"next":{"n":""}}}"##, more: tree) == ["#/next/next/n"])
    }

    @Test func circlesWithoutAnEndAreRefused() {
        let circle = ##"{"A":{"$ref":"#/components/schemas/B"},"B":{"allOf":[{"$ref":"#/components/schemas/A"}]}}"##
        #expect(throws: OpenAPIFault.self) { try wrong(##"{"$ref":"#/components/schemas/A"}"##, "1", more: circle) }
    }

    /// Each level asks twice about the next: without a bound, two to the power of the depth.
    @Test(.timeLimit(.minutes(1))) func workIsBounded() throws {
        let twin =
            ##"{"T":{"anyOf":[{"properties":{"a":{"$ref":"#/components/schemas/T"}},"required":["z"]},{"properties":{"a":{"$ref":"#/components/schemas/T"}},"required":["y"]}]}}"##
        let value = (0..<60).reduce("{}") { inner, _ in "{\"a\":\(inner)}" }
        #expect(try wrong(##"{"$ref":"#/components/schemas/T"}"##, value, more: twin) == ["#"])
    }

    @Test(arguments: [
        (##"{"if":{}}"##, "#/schema/if"),
        (##"{"properties":{"a":{"patternProperties":{}}}}"##, "#/schema/properties/a/patternProperties"),
        (##"{"format":"iban"}"##, "#/schema/format"), (##"{"pattern":"(?=a)"}"##, "#/schema/pattern"),
        (##"{"type":"text"}"##, "#/schema/type"), (##"{"$ref":"other.yaml#/a"}"##, "#/schema/$ref"),
        (##"{"$ref":"#/components/schemas/None"}"##, "#/schema/$ref"),
        (#"{"minLength":3,"maxLength":2}"#, "#/schema/minLength"),
    ])
    func whatIsNotSupportedIsRefusedWithItsPlace(schema: String, pointer: String) throws {
        let fault = #expect(throws: OpenAPIFault.self) {
            do { _ = try wrong(schema, "1") } catch let error as OpenAPIFault { throw error }
        }
        #expect(fault?.pointer == pointer)
    }
}
