extension Problem {
    /// What the decoder could not read, with the field as a JSON pointer. Values from the body are not repeated.
    init(decoding error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            self.init(.invalidBody, fields: [FieldError(FieldError.pointer(context.codingPath + [key]), "is missing")])
        case .valueNotFound(_, let context):
            self.init(.invalidBody, fields: [FieldError(FieldError.pointer(context.codingPath), "must not be null")])
        case .typeMismatch(let type, let context):
            let field = FieldError.pointer(context.codingPath)
            self.init(.invalidBody, fields: [FieldError(field, "must be \(Self.jsonName(of: type))")])
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            self.init(.invalidBody, "The body is not valid JSON")
        case .dataCorrupted(let context):
            self.init(
                .invalidBody,
                fields: [FieldError(FieldError.pointer(context.codingPath), context.debugDescription)]
            )
        @unknown default:
            self.init(.invalidBody)
        }
    }

    private static func jsonName(of type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        case is any BinaryInteger.Type: "a whole number"
        case is any BinaryFloatingPoint.Type: "a number"
        case is [Any].Type: "an array"
        case is [String: Any].Type: "an object"
        default: "of another type"
        }
    }
}
