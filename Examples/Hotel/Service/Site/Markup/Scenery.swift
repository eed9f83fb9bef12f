/// A postcard of a place that nobody photographed: sky, sun, hills and houses as one inline SVG, drawn from a name.
///
/// The same name always gives the same picture, and the hotels of one city share three kinds of light.
struct Scenery {
    /// The light over a place: two colours of the sky, the hills, the houses and the lit windows.
    private struct Light {
        let sky: (String, String)
        let hills: (String, String)
        let houses: String
        let window: String
    }

    private let id: String
    private let light: Light
    private var random: SplitMix64

    /// A picture for `name` under a light of `city`.
    init(of name: String, in city: String) {
        let seed = Self.hash(name)
        id = "s" + String(seed, radix: 36)
        random = SplitMix64(seed: seed)
        let hour = Self.hash(city) % 8 + UInt64(random.pick(0...2)) * 3
        light = Self.lights[Int(hour % UInt64(Self.lights.count))]
    }

    /// The picture as a card.
    var svg: HTML { picture(width: 400, hasSky: true) }

    /// The picture as a banner.
    var wide: HTML { picture(width: 1400, hasSky: true) }

    /// Hills and houses alone, to stand on whatever is behind them.
    var skyline: HTML { picture(width: 1400, hasSky: false) }

    /// The drawing; decorative, so assistive technology skips it.
    private func picture(width: Int, hasSky: Bool) -> HTML {
        var scene = self
        let sky = scene.sky(width)
        let far = scene.ridge(width, height: 96, swing: 26)
        let near = scene.ridge(width, height: 128, swing: 18)
        let houses = scene.houses(width)
        return """
            <svg class="scene" viewBox="0 0 \(width) 220" preserveAspectRatio="xMidYMax slice" aria-hidden="true" \
            focusable="false">\(HTML.when(hasSky, sky))
            <path d="\(far)" fill="\(light.hills.0)"/><path d="\(near)" fill="\(light.hills.1)"/>
            <path d="\(houses.walls)" fill="\(light.houses)"/><path d="\(houses.windows)" fill="\(light.window)"/>
            </svg>
            """
    }

    private mutating func sky(_ width: Int) -> HTML {
        let sun = (x: random.pick(width / 6...width * 5 / 6), y: random.pick(34...84), radius: random.pick(13...24))
        return """
            <defs><linearGradient id="\(id)" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="\(light.sky.0)"/>\
            <stop offset="1" stop-color="\(light.sky.1)"/></linearGradient></defs>
            <rect width="\(width)" height="220" fill="url(#\(id))"/>
            <circle cx="\(sun.x)" cy="\(sun.y)" r="\(sun.radius)" fill="#fff" opacity=".85"/>
            """
    }

    /// A line of hills as a closed path.
    private mutating func ridge(_ width: Int, height: Int, swing: Int) -> String {
        var path = "M0 220V\(height + random.pick(-swing...swing))"
        for x in stride(from: 50, through: width, by: 50) {
            path +=
                "Q\(x - 25) \(height + random.pick(-swing...swing)) \(x) \(height + random.pick(-swing / 2...swing / 2))"
        }
        return path + "V220Z"
    }

    /// A row of houses and the windows that are lit, each as one path.
    private mutating func houses(_ width: Int) -> (walls: String, windows: String) {
        var walls = ""
        var windows = ""
        var x = random.pick(-12...4)
        while x < width {
            let front = random.pick(22...46)
            let top = random.pick(132...186)
            let roof = random.pick(0...2) == 0 ? "l\(front / 2) -14l\(front - front / 2) 14" : "h\(front)"
            walls += "M\(x) 220V\(top)\(roof)V220Z"
            for y in stride(from: top + 9, to: 214, by: 13) {
                for left in stride(from: x + 6, to: x + front - 7, by: 10) where random.pick(0...2) == 0 {
                    windows += "M\(left) \(y)h4v6h-4z"
                }
            }
            x += front + random.pick(0...9)
        }
        return (walls, windows)
    }

    private static let lights = [
        Light(sky: ("#f6c28b", "#f9e6cf"), hills: ("#d99b78", "#a8685c"), houses: "#5b3a48", window: "#ffd98a"),
        Light(sky: ("#8fc4d9", "#e3f1ee"), hills: ("#7fae9d", "#4d8673"), houses: "#24483f", window: "#f7dd97"),
        Light(sky: ("#2b3f66", "#8d87ab"), hills: ("#57557f", "#38375c"), houses: "#1c2140", window: "#ffcf70"),
        Light(sky: ("#f2a7a0", "#fbe3d3"), hills: ("#c98493", "#8d5b78"), houses: "#4a3357", window: "#ffdf9c"),
        Light(sky: ("#9ad0c2", "#f4f3d7"), hills: ("#6fb0a0", "#3e7f7d"), houses: "#1f4d57", window: "#ffe2a1"),
        Light(sky: ("#b9c6ea", "#f3ecf4"), hills: ("#93a0cc", "#64719f"), houses: "#343d66", window: "#ffe0a6"),
        Light(sky: ("#e9b35f", "#f8e3ae"), hills: ("#b98b4e", "#7d6a3f"), houses: "#41402d", window: "#fff0bd"),
        Light(sky: ("#16404d", "#5b9aa0"), hills: ("#2f6a72", "#1f4d58"), houses: "#0f2c36", window: "#ffd483"),
    ]

    /// FNV-1a, 64 bits: stable across runs, which `Hasher` is not.
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
