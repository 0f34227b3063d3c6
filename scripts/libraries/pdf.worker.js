/** The worker that reads PDF files, beside pdf.js. */
export { WorkerMessageHandler } from "pdfjs-dist/legacy/build/pdf.worker.mjs";
