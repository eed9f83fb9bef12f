/// What every HTML page needs.
enum HTML {
    /// Text as it may stand in an element or a quoted attribute.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.append(character)
            }
        }
        return result
    }

    /// A table; the first cell of a row is its header.
    static func table(_ header: [String], _ rows: [[String]]) -> String {
        var html = "<div class=\"wide\"><table><thead><tr>"
        for cell in header { html += "<th>\(escaped(cell))</th>" }
        html += "</tr></thead><tbody>\n"
        for row in rows {
            html += "<tr>"
            for (column, cell) in row.enumerated() {
                html += column == 0 ? "<th>\(escaped(cell))</th>" : "<td>\(escaped(cell))</td>"
            }
            html += "</tr>\n"
        }
        return html + "</tbody></table></div>\n"
    }

    /// A list; nothing if it is empty.
    static func list(_ items: [String], class name: String) -> String {
        guard !items.isEmpty else { return "" }
        return "<ul class=\"\(name)\">" + items.map { "<li>\(escaped($0))</li>" }.joined() + "</ul>\n"
    }

    /// The style of the report; light and dark, no external resources.
    static let style = """
        :root{color-scheme:light dark;--page:#fff;--text:#1c2024;--soft:#5b6570;--rule:#dfe3e8;--panel:#f6f7f9;
        --a:#0969da;--b:#8250df;--c:#bc4c00;--d:#cf222e;--good:#1a7f37}
        @media(prefers-color-scheme:dark){:root{--page:#0f1216;--text:#e6e9ed;--soft:#98a2ad;--rule:#2b323a;
        --panel:#171b21;--a:#58a6ff;--b:#bc8cff;--c:#f0883e;--d:#ff7b72;--good:#3fb950}}
        *{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--text);
        font:15px/1.5 system-ui,sans-serif}main{max-width:1000px;margin:0 auto;padding:24px 16px 48px}
        h1{font-size:1.5rem;margin:0}h2{font-size:1.05rem;margin:32px 0 8px}p{margin:4px 0}.soft{color:var(--soft)}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(160px,1fr));gap:10px;margin:20px 0}
        .tile{background:var(--panel);border:1px solid var(--rule);border-radius:8px;padding:10px 12px}
        .tile b{display:block;font-size:1.3rem;font-variant-numeric:tabular-nums}
        .verdict{display:inline-block;padding:2px 10px;border-radius:99px;color:var(--page);background:var(--good)}
        .verdict.failed{background:var(--d)}.wide{overflow-x:auto}
        table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
        th,td{padding:5px 10px;border-bottom:1px solid var(--rule);text-align:right;white-space:nowrap}
        th:first-child{text-align:left}thead th{color:var(--soft);font-weight:500}tbody th{font-weight:500}
        .tiles:has(:nth-child(8)){grid-template-columns:repeat(4,1fr)}
        @media(max-width:640px){.tiles:has(:nth-child(8)){grid-template-columns:1fr 1fr}}
        svg{display:block;width:100%;min-width:620px;height:auto;background:var(--panel);border:1px solid var(--rule);border-radius:8px}
        svg text{fill:var(--soft);font:12px system-ui,sans-serif}svg .grid{stroke:var(--rule)}
        svg path{fill:none;stroke-width:1.8;stroke-linejoin:round}ul{margin:8px 0;padding-left:20px}
        .warnings{color:var(--c)}.problems{color:var(--d)}
        """
}
