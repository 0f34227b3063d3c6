/** Resumable uploads (tus 1.0). */
export { canStoreURLs, DetailedError, defaultOptions, isSupported, Upload } from "tus-js-client";
