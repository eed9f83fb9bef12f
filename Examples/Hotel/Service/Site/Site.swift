import Hummingbird
import NIOCore
import Pando

/// The web site, in Korean and English. It has no data of its own and speaks to the other domains as anybody would.
struct Site: Domain {
    static let name = "site"

    func register(_ domain: inout DomainBuilder) throws {
        let files = domain.staticFiles([
            "site.css": PackageResources.site_css, "site.js": PackageResources.site_js,
            "icon.svg": PackageResources.icon_svg,
        ])
        let pages = SiteRoutes(
            domains: domain.system,
            assets: SiteAssets(
                styles: files.url("site.css"),
                script: files.url("site.js"),
                icon: files.url("icon.svg")
            )
        )
        domain.routes { router in
            pages.add(to: router)
            router.get("/api/openapi.json") { _, _ in
                Response(
                    status: .ok,
                    headers: [.contentType: "application/json"],
                    body: ResponseBody(byteBuffer: ByteBuffer(bytes: PackageResources.openapi_json))
                )
            }
        }
    }
}
