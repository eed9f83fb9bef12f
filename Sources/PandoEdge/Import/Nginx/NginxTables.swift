/// What is known of directives that are not translated one by one.
enum NginxTables {
    /// Read where they hold, by what they belong to.
    static let translated: Set<String> = [
        "http", "stream", "server", "upstream", "location", "include", "listen", "server_name", "proxy_pass",
        "proxy_set_header",
        "proxy_connect_timeout", "proxy_read_timeout", "proxy_send_timeout", "return", "root", "alias", "try_files",
        "index",
        "limit_req", "limit_req_zone", "gzip", "gzip_comp_level", "gzip_min_length", "gzip_types", "ssl_certificate",
        "ssl_certificate_key", "client_max_body_size", "ssl_protocols", "ssl_client_certificate", "ssl_verify_client",
        "client_header_timeout", "client_body_timeout", "keepalive_timeout", "keepalive_requests", "worker_processes",
        "access_log", "add_header", "proxy_hide_header", "expires", "set_real_ip_from", "real_ip_header", "deny",
        "allow",
        "auth_basic", "auth_basic_user_file", "auth_request", "auth_jwt", "satisfy", "limit_except", "if",
        "default_type", "ssl", "http2",
        "internal", "proxy_ssl_verify", "proxy_ssl_trusted_certificate", "proxy_ssl_name", "proxy_next_upstream",
        "proxy_timeout",
        "proxy_next_upstream_tries", "ssl_stapling_file", "error_page", "rewrite",
    ]

    private static let itself = "the edge does it by itself"
    /// What the edge has no need of, and why.
    static let unneeded: [String: String] = [
        "user": "the service manager says who runs it", "pid": "the service manager watches the process",
        "daemon": "it runs in the foreground", "events": itself,
        "worker_connections": "see 'limits.connections' of a listener",
        "worker_rlimit_nofile": "the service manager sets it", "error_log": "messages go to standard error",
        "sendfile": itself, "tcp_nopush": itself, "tcp_nodelay": itself, "types": itself, "types_hash_max_size": itself,
        "server_names_hash_bucket_size": itself, "server_names_hash_max_size": itself,
        "proxy_headers_hash_max_size": itself,
        "server_tokens": "the edge does not name itself", "proxy_http_version": "servers are spoken to in HTTP/1.1",
        "proxy_buffering": "bodies are streamed, in memory that is bounded",
        "proxy_request_buffering": "bodies are streamed",
        "proxy_buffers": "bodies are streamed", "proxy_buffer_size": "heads are bounded by 'headBytes'",
        "proxy_busy_buffers_size": "bodies are streamed", "client_body_buffer_size": "bodies are streamed",
        "client_header_buffer_size": "see 'limits.headBytes' of a listener",
        "large_client_header_buffers": "see 'limits.headBytes' of a listener", "gzip_proxied": itself,
        "gzip_vary": itself,
        "gzip_disable": "no client in use needs it", "gzip_buffers": itself, "gzip_http_version": itself,
        "ssl_ciphers": "TLS 1.2 is offered with forward secrecy and AEAD alone", "ssl_prefer_server_ciphers": itself,
        "ssl_session_cache": "sessions are resumed by tickets", "ssl_session_timeout": "see 'tickets'",
        "ssl_session_tickets": "see 'tickets'", "ssl_dhparam": "keys are agreed on by elliptic curves",
        "ssl_ecdh_curve": itself, "ssl_buffer_size": itself, "reset_timedout_connection": itself,
        "charset": "the servers name it", "log_format": "see 'accessLog': json or combined",
        "proxy_redirect": "servers are told the host that the client asked for, so that they name it",
        "multi_accept": itself,
        "use": itself, "zone": "the state of servers is one for all workers", "limit_req_status": "it is 429",
        "proxy_ssl_server_name": itself, "send_timeout": "see 'timeouts.idle'", "keepalive_disable": itself,
        "log_not_found": itself,
        "ssl_stapling_verify": itself, "resolver": "names are looked up by the system", "resolver_timeout": itself,
        "proxy_cache_bypass": "it belongs to proxy_cache", "proxy_no_cache": "it belongs to proxy_cache",
        "real_ip_recursive": "it always is", "proxy_ssl_session_reuse": itself, "etag": itself, "pcre_jit": itself,
        "limit_req_log_level": "see 'accessLog'", "ignore_invalid_headers": "a request with an invalid field gets 400",
        "underscores_in_headers": "such fields are passed on", "proxy_intercept_errors": "see error_page",
    ]

    /// What to do instead.
    static let remedies: [String: String] = [
        "proxy_cache": "write 'cache: on' at the route; the servers' Cache-Control decides what is kept",
        "proxy_cache_path": "write 'cache: {memoryBytes: …, folder: …}' at the top of the file",
        "proxy_cache_valid": "write 'cache: {lifetime: …, negative: …}' at the route",
        "proxy_cache_key": "write 'cache: {key: …}' at the route",
        "proxy_cache_use_stale": "write 'cache: {grace: …, staleWhileRevalidate: …}' at the route",
        "fastcgi_pass": "the edge speaks HTTP: let a server that speaks FastCGI stand behind it",
        "uwsgi_pass": "the edge speaks HTTP: let uWSGI listen with 'http-socket'",
        "scgi_pass": "the edge speaks HTTP: let a server that speaks SCGI stand behind it",
        "grpc_pass": "write an upstream with 'http: \"2\"'",
        "map": "write a route for each value, with 'headers' or 'host'",
        "geo": "there are no conditions by address but 'deny: {addresses: …}'",
        "split_clients": "write 'split: {stable: 95, canary: 5}' at a route", "set": "there are no variables",
        "mirror": "write 'mirror: NAME' at the route",
        "limit_conn": "write 'connectionsPerAddress' in the 'limits' of the listener",
        "limit_conn_zone": "write 'connectionsPerAddress' in the 'limits' of the listener",
        "limit_rate": "bandwidth is not limited", "sub_filter": "bodies are not changed",
        "stub_status": "write 'admin: 9100' at the top of the file",
        "health_check": "write 'health: /path' at the upstream",
        "autoindex": "folders are not listed", "brotli": "compression is gzip",
        "ssl_stapling": "name an OCSP response with 'ocsp'",
        "ssl_crl": "certificates that were called back are not looked up",
        "proxy_bind": "the system chooses the address",
        "proxy_method": "the method stays", "proxy_set_body": "bodies are not changed",
        "proxy_pass_header": "all are passed on",
    ]

    /// What guards something: a place that has one of these, and loses it, answers 403.
    static let guards: Set<String> = [
        "allow", "deny", "auth_basic", "auth_request", "auth_jwt", "satisfy", "if", "limit_except", "internal",
        "ssl_verify_client", "valid_referers", "secure_link", "access_by_lua_block", "access_by_lua_file",
        "auth_jwt_require",
    ]
}
