/** Reads the address of an installation, to which a key may be sent. */

/**
 * Return a URL such as `https://window.example.org`; without `plainHttp` a key goes over HTTP to this machine alone.
 * @param {string} text
 * @param {boolean} plainHttp
 */
export function readAddress(text, plainHttp) {
  const url = new URL(text);
  const isHere = url.hostname === "localhost" || url.hostname === "[::1]" || /^127\.[0-9.]+$/.test(url.hostname);
  const extra = url.pathname.replaceAll("/", "") + url.search + url.hash + url.username;
  if (!["http:", "https:"].includes(url.protocol) || extra) {
    throw new TypeError(`an address is https://HOST[:PORT], not ${url.protocol}//${url.host}${url.pathname}`);
  }
  if (url.protocol === "http:" && !plainHttp && !isHere) {
    throw new TypeError("a key goes over HTTPS; say plainHttp where the network itself is protected");
  }
  return url.origin;
}
