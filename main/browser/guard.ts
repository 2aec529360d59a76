/**
 * Who may talk to the browser host. Any program and any web page on this machine can reach a port on 127.0.0.1, so:
 * the address printed at the start carries a one-time token, the first page load exchanges it for a cookie, and
 * everything else needs that cookie; the `Host` header must name the loopback interface (against DNS rebinding); and
 * where an `Origin` is given it must be our own (against other pages of the same browser).
 *
 * A browser sends the cookies of a host to all its ports, other programs' too. So the page lies below a path that nobody
 * can guess, and the cookie is for that path alone: it is sent nowhere else.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

export class Guard {
  /** Opens the door once. */
  readonly token = secret();
  /** Below it lies everything: `/` and 128 random bits. */
  readonly path = `/${randomBytes(16).toString('base64url')}`;
  readonly #cookieValue = secret();
  readonly #cookie: string;
  #tokenUsed = false;

  /** @param port cookies are shared by all ports of a host, so the cookie's name carries it: two running apps stay apart */
  constructor(port: number) {
    this.#cookie = `latentscape-${port}`;
  }

  /**
   * Whether the request was addressed to this machine. The port may differ from ours: it does when people reach a
   * remote machine's app through a forwarded port.
   */
  isOurHost({ host }: IncomingHttpHeaders): boolean {
    return host !== undefined && LOOPBACK.includes(host.replace(/:\d+$/, ''));
  }

  /** Whether the request comes from our own page, or (for `GET`) from no page at all. */
  isOurOrigin({ host, origin }: IncomingHttpHeaders): boolean {
    return origin === undefined || origin === `http://${host}`;
  }

  /** A request's URL as it is below our path; one that is not below it stays as it is. */
  below(url: string): string {
    return url.startsWith(`${this.path}/`) ? url.slice(this.path.length) : url;
  }

  /** Whether the request carries the cookie that the token was exchanged for. */
  hasCookie({ cookie = '' }: IncomingHttpHeaders): boolean {
    return cookie.split('; ').some((pair) => same(pair, `${this.#cookie}=${this.#cookieValue}`));
  }

  /** The `Set-Cookie` value for the right token the first time, null ever after and for wrong ones. */
  redeem(token: string): string | null {
    if (this.#tokenUsed || !same(token, this.token)) return null;
    this.#tokenUsed = true;
    return `${this.#cookie}=${this.#cookieValue}; HttpOnly; SameSite=Strict; Path=${this.path}`;
  }
}

/** 256 random bits, fit for a URL. */
function secret(): string {
  return randomBytes(32).toString('base64url');
}

/** Compares without telling by its duration where the two differ. */
function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
