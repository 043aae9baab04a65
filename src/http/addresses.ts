/**
 * The addresses of the service. PUBLIC_URL can end with a path: the prefix under which clients reach the service in another application,
 * or behind a proxy. Every link starts with the prefix, and every request is answered with the prefix and without it.
 */
import { getPath } from 'hono/utils/url';

/** A path of the service, as its routes name it. */
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
 * The option of an application that answers under the prefix of the public URL. Hono and Express remove the prefix of a mounted
 * application, some proxies do, Next.js and other proxies do not. So the first prefix of a path is removed, and a path without the
 * prefix stays.
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
