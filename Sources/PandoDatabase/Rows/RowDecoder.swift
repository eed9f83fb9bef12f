#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Decodes one row as a `Decodable` type.
func decodeRow<T: Decodable>(_ row: Row.Storage) throws -> T {
    if let scalar = T.self as? any SQLConvertible.Type {
        guard row.count > 0 else { throw DatabaseError(.typeMismatch, "the result has no columns") }
        // The cast holds: `scalar` is `T` itself.
        return try scalar.init(sqlValue: row.value(0)) as! T
    }
    return try T(from: RowDecoder(row: row, codingPath: []))
}

private struct RowDecoder: Decoder {
    let row: Row.Storage
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(RowContainer<Key>(row: row, codingPath: codingPath))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        throw DatabaseError(
            .typeMismatch,
            "a row decodes as a type with named properties or as a scalar, not as a list"
        )
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        RowScalar(row: row, codingPath: codingPath)
    }
}

private struct RowContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let row: Row.Storage
    let codingPath: [any CodingKey]

    var allKeys: [Key] { row.columns.keys.compactMap(Key.init(stringValue:)) }

    func contains(_ key: Key) -> Bool { row.columns[key.stringValue] != nil }

    func decodeNil(forKey key: Key) throws -> Bool { try value(key) == .null }

    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try convert(key) }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try convert(key) }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try convert(key) }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { Float(try convert(key) as Double) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try convert(key) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try convert(key) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try convert(key) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try convert(key) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try convert(key) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { UInt(try convert(key) as UInt32) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try convert(key) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try convert(key) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try convert(key) }

    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 {
        let value: Int64 = try convert(key)
        guard let unsigned = UInt64(exactly: value) else { throw named(mismatch(.integer(value), UInt64.self), key) }
        return unsigned
    }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        if type == Money.self { return try money(key) as! T }  // `T` is `Money`.
        let value = try value(key)
        do {
            if let scalar = type as? any SQLConvertible.Type {
                return try scalar.init(sqlValue: value) as! T  // `scalar` is `T` itself.
            }
            guard case .text(let json) = value else { throw mismatch(value, type) }
            return try JSONText(json).decode(type)
        } catch let error as DatabaseError {
            throw named(error, key)
        }
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        throw named(DatabaseError(.typeMismatch, "nested values decode from JSON columns as a whole"), key)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        throw named(DatabaseError(.typeMismatch, "nested values decode from JSON columns as a whole"), key)
    }

    func superDecoder() throws -> any Decoder { RowDecoder(row: row, codingPath: codingPath) }

    func superDecoder(forKey key: Key) throws -> any Decoder { RowDecoder(row: row, codingPath: codingPath + [key]) }

    private func value(_ key: Key) throws -> SQLValue {
        guard let index = row.columns[key.stringValue] else {
            throw DatabaseError(.typeMismatch, "the result has no column '\(key.stringValue)'")
        }
        return row.value(index)
    }

    private func convert<T: SQLConvertible>(_ key: Key) throws -> T {
        let value = try value(key)
        do { return try T(sqlValue: value) } catch let error as DatabaseError { throw named(error, key) }
    }

    private func money(_ key: Key) throws -> Money {
        guard let index = row.columns[key.stringValue + "Currency"] ?? row.columns[key.stringValue + "_currency"] else {
            throw DatabaseError(.typeMismatch, "the result has no column '\(key.stringValue)_currency'")
        }
        return Money(minorUnits: try convert(key), currency: try Currency(sqlValue: row.value(index)))
    }

    private func named(_ error: DatabaseError, _ key: Key) -> DatabaseError {
        DatabaseError(error.code, "column '\(key.stringValue)': \(error.message)", underlying: error.underlying)
    }
}

/// A type that encodes as one value, such as an enum with raw values, from the first column.
private struct RowScalar: SingleValueDecodingContainer {
    let row: Row.Storage
    let codingPath: [any CodingKey]

    func decodeNil() -> Bool { row.value(0) == .null }
    func decode(_ type: Bool.Type) throws -> Bool { try Bool(sqlValue: row.value(0)) }
    func decode(_ type: String.Type) throws -> String { try String(sqlValue: row.value(0)) }
    func decode(_ type: Double.Type) throws -> Double { try Double(sqlValue: row.value(0)) }
    func decode(_ type: Float.Type) throws -> Float { Float(try Double(sqlValue: row.value(0))) }
    func decode(_ type: Int.Type) throws -> Int { try Int(sqlValue: row.value(0)) }
    func decode(_ type: Int8.Type) throws -> Int8 { try Int8(sqlValue: row.value(0)) }
    func decode(_ type: Int16.Type) throws -> Int16 { try Int16(sqlValue: row.value(0)) }
    func decode(_ type: Int32.Type) throws -> Int32 { try Int32(sqlValue: row.value(0)) }
    func decode(_ type: Int64.Type) throws -> Int64 { try Int64(sqlValue: row.value(0)) }
    func decode(_ type: UInt.Type) throws -> UInt { UInt(try UInt32(sqlValue: row.value(0))) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try UInt8(sqlValue: row.value(0)) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try UInt16(sqlValue: row.value(0)) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try UInt32(sqlValue: row.value(0)) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { UInt64(try UInt32(sqlValue: row.value(0))) }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try decodeRow(row) }
}
