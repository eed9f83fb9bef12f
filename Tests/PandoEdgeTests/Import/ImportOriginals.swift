/// Configurations like those that people have; `FILES` stands for a folder that is there.
enum ImportOriginals {
    static let nginxSite = #"""
        user www-data;
        worker_processes auto;
        events { worker_connections 768; }
        http {
            sendfile on;
            include /etc/nginx/mime.types;
            gzip on;
            gzip_types text/css application/json;
            limit_req_zone $binary_remote_addr zone=login:10m rate=5r/m;
            upstream app {
                least_conn;
                server 10.0.0.11:3000 weight=3 max_fails=3 fail_timeout=20s;
                server 10.0.0.12:3000;
                server 10.0.0.13:3000 backup;
                keepalive 32;
            }
            server {
                listen 80;
                listen [::]:80;
                server_name example.com www.example.com;
                return 301 https://$host$request_uri;
            }
            server {
                listen 443 ssl http2;
                server_name example.com www.example.com;
                ssl_certificate FILES/a.pem;
                ssl_certificate_key FILES/a.key;
                ssl_protocols TLSv1.2 TLSv1.3;
                ssl_ciphers HIGH:!aNULL;
                client_max_body_size 10m;
                add_header X-Frame-Options "DENY" always;
                location / {
                    proxy_pass http://app;
                    proxy_http_version 1.1;
                    proxy_set_header Host $host;
                    proxy_set_header X-Real-IP $remote_addr;
                    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                    proxy_set_header X-Forwarded-Proto $scheme;
                }
                location = /login {
                    limit_req zone=login burst=4 nodelay;
                    proxy_set_header Host $host;
                    proxy_pass http://app;
                }
                location /api/v1/ {
                    proxy_pass http://app/v1/;
                    proxy_set_header Host $host;
                    proxy_set_header X-Gateway "web site";
                    proxy_read_timeout 300s;
                    client_max_body_size 1m;
                }
                location /old { return 301 /new; }
                location ~ /\.(git|ht) { deny all; }
                location ~* \.(jpg|png)$ { expires 30d; }
                location /admin/ {
                    allow 10.0.0.0/8;
                    deny all;
                    proxy_pass http://app;
                }
            }
        }
        """#

    static let nginxFiles = #"""
        server {
            listen 8080 default_server;
            root FILES/public;
            index index.html;
            location / { try_files $uri $uri/ /index.html; }
            location = /health { return 200 "fine\n"; default_type text/plain; }
            location /api { proxy_pass http://127.0.0.1:3000; proxy_set_header Host $host; }
            location /legacy/ { fastcgi_pass unix:/run/php.sock; }
            location /dynamic/ { proxy_pass http://$backend; }
        }
        server {
            listen 127.0.0.1:9000;
            location / { proxy_pass http://127.0.0.1:3001; }
        }
        """#

    static let nginxStream = #"""
        stream {
            upstream db { server 10.0.1.1:5432 max_fails=0; server 10.0.1.2:5432 backup max_fails=0; }
            server { listen 5432; proxy_pass db; proxy_timeout 10m; }
            server { listen 53 udp; proxy_pass 10.0.1.3:53; }
        }
        """#

    static let haproxySite = #"""
        global
            log /dev/log local0
            maxconn 4096
            nbthread 4
            stats socket /run/haproxy.sock mode 660
        defaults
            mode http
            option httplog
            option forwardfor
            timeout connect 5s
            timeout client 50s
            timeout server 50000
            errorfile 503 /etc/haproxy/503.http

        frontend web
            bind *:80
            bind *:443 ssl crt FILES/a.pem alpn h2,http/1.1
            http-request redirect scheme https code 301 unless { ssl_fc }
            http-request set-header X-Forwarded-Proto https if { ssl_fc }
            http-request set-header X-Gateway web
            acl is_api path_beg /api/
            acl is_static hdr(host) -i static.example.com
            acl is_admin path_beg /admin
            http-request deny if is_admin
            http-request deny deny_status 429 if { sc_http_req_rate(0) gt 100 }
            use_backend api if is_api METH_GET || is_api { req.hdr(X-Version) -m beg 2 }
            use_backend static if is_static
            default_backend app

        backend app
            balance roundrobin
            option httpchk GET /healthz
            cookie SRV insert indirect
            server a 10.0.0.1:3000 check inter 3s fall 2 cookie a
            server b 10.0.0.2:3000 check weight 2 cookie b
            server c 10.0.0.3:3000 check backup

        backend api
            balance leastconn
            compression algo gzip
            compression type text/html application/json
            server a 10.0.0.4:3000 maxconn 100 check send-proxy-v2

        backend static
            balance uri
            http-response set-header Cache-Control "public, max-age=60"
            server a 10.0.0.5:80
            server b 10.0.0.6:80 ssl verify none
        """#

    static let haproxyBytes = #"""
        defaults
            mode tcp
            timeout connect 4s
            timeout client 30m
            timeout server 30m
        listen postgres
            bind 10.0.0.1:5432
            balance leastconn
            option tcp-check
            server one 10.0.1.1:5432 check
            server two 10.0.1.2:5432 check backup
        listen stats
            bind *:8404
            mode http
            stats enable
            stats uri /
        """#
}
