import Testing

/// All tests that generate load: one at a time, so that they do not measure each other.
@Suite(.serialized) enum RunTests {}
