/**
 * The addresses of the service. PUBLIC_URL can end with a path, the prefix: another application mounts the service there, or a proxy
 * forwards it. Every link starts with the prefix. The service answers every request with the prefix and without it.
 */
import { getPath } from 'hono/utils/url';

/** A path as the routes name it, without the prefix. */
export type ServicePath = `/${string}`;

/** @returns the address of a path on the host of the service: the path after the prefix */
export type AddressOf = (path: ServicePath) => string;

/** @param publicUrl where clients reach the service */
export function addressesUnder(publicUrl: string): AddressOf {
  const prefix = prefixOf(publicUrl);
  return (path) => prefix + path;
}

/** @returns the path of the public URL, without a slash at its end; empty for the root of a host */
export function prefixOf(publicUrl: string): string {
  return new URL(publicUrl).pathname.replace(/\/+$/, '');
}

/**
 * Removes the prefix of the public URL from a request's path, before Hono looks for the route. Hono, Express and some proxies remove the
 * prefix themselves; Next.js and other proxies do not. So the first prefix is removed, and a path without a prefix stays.
 */
export function routedUnder(publicUrl: string): { getPath: (request: Request) => string } {
  if (prefixOf(publicUrl) === '') return { getPath };
  const prefix = getPath(new Request(publicUrl)).replace(/\/+$/, '');
  return {
    getPath: (request) => {
      const path = getPath(request);
      if (path === prefix) return '/';
      return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;
    },
  };
}
