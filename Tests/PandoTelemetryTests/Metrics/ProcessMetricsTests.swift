import PandoTelemetry
import Testing

@Suite struct ProcessMetricsTests {
    @Test func processIsMeasured() throws {
        let registry = MetricsRegistry()
        registry.collectProcess()
        func value(_ name: String) throws -> Double {
            try #require(registry.snapshot(of: name)?.series.first?.value.number, "\(name) is missing")
        }
        #expect(try value("process_cpu_seconds_total") > 0)
        #expect(try value("process_resident_memory_bytes") > 1_000_000)
        #expect(try value("process_virtual_memory_bytes") > value("process_resident_memory_bytes"))
        #expect(try value("process_threads") >= 1)
        #expect(try value("process_open_fds") >= 3)
        #expect(try value("process_max_fds") > value("process_open_fds"))
        #expect(try value("process_start_time_seconds") > 1_700_000_000)
        #expect(try value("process_uptime_seconds") >= 0)
        #expect(try value("process_processors") >= 1)
    }
}
