/**
 * nginx as a plain reverse proxy: one worker, connections kept on both sides, nothing buffered, and an access log, since
 * the others write one too. All its files are in the given directory.
 */
export function nginxConfig(parts: {
  readonly port: number;
  readonly upstreamPort: number;
  readonly directory: string;
}) {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `  ${name}_temp_path ${parts.directory}/${name};`,
  );
  return `
daemon off;
worker_processes 1;
worker_rlimit_nofile 16384;
pid ${parts.directory}/nginx.pid;
error_log stderr error;
events {
  worker_connections 8192;
}
http {
${temporary.join('\n')}
  access_log /dev/null combined;
  client_body_buffer_size 1m;
  keepalive_requests 100000000;
  upstream engine {
    server 127.0.0.1:${parts.upstreamPort};
    keepalive 2048;
    keepalive_requests 100000000;
  }
  server {
    listen 127.0.0.1:${parts.port} backlog=4096;
    location / {
      proxy_pass http://engine;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
    }
  }
}
`;
}
