import Testing

@testable import PandoCommands

@Suite struct ReportTextTests {
    @Test func tablesAlignTheirColumns() {
        var table = TextTable(["topic", "ready", "oldest"], rightAligned: [1])
        table.add(["mail", "12", "3 s"])
        table.add(["availability", "7", "-"])
        #expect(
            table.text == """
                topic         ready  oldest
                mail             12  3 s
                availability      7  -
                """
        )
    }

    @Test func agesAndSizesAreReadable() {
        #expect(AgeText.of(microseconds: 59_999_999) == "59 s")
        #expect(AgeText.of(microseconds: 3_599_000_000) == "59 min")
        #expect(AgeText.of(microseconds: 172_800_000_000) == "2 d")
        #expect(AgeText.of(microseconds: -5) == "0 s")
        #expect(SizeText.of(bytes: 1_023) == "1023 bytes")
        #expect(SizeText.of(bytes: 2_048) == "2 KiB")
        #expect(SizeText.of(bytes: 1_572_864) == "1.5 MiB")
        #expect(SizeText.of(bytes: 3 << 30) == "3.0 GiB")
    }
}
