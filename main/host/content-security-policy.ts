/**
 * What the page may do: run its own scripts only, talk only to `connect`, show images it made itself (blob:, data:), and
 * be framed by nobody.
 * @param connect CSP sources of the engine's channel, if it goes over the network
 */
export function contentSecurityPolicy(...connect: string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    // Components set positions and sizes as style attributes; style sheets and <style> stay forbidden.
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' blob: data:",
    "font-src 'self'",
    ["connect-src 'self'", ...connect].join(' '),
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
