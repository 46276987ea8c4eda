// Sends files by tus-js-client: node send.cjs ENDPOINT COOKIE PATH CHUNK METADATA(JSON). Prints what became of it.
const { createRequire } = require("node:module");
const path = require("node:path");
const fs = require("node:fs");
const app = path.resolve(__dirname, "../../samleng/doors/field/app/package.json");
const tus = createRequire(app)("tus-js-client");
const [endpoint, cookie, file, chunk, metadata, first] = process.argv.slice(2);
const upload = new tus.Upload(fs.createReadStream(file), {
  endpoint,
  headers: { Cookie: cookie },
  metadata: JSON.parse(metadata),
  chunkSize: Number(chunk) || Infinity,
  uploadSize: fs.statSync(file).size,
  uploadDataDuringCreation: first === "first",
  retryDelays: Array(60).fill(100),
  onError: (error) => {
    const answer = error.originalResponse;
    console.log(JSON.stringify({ status: answer ? answer.getStatus() : 0, body: answer ? answer.getBody() : String(error) }));
    process.exit(1);
  },
  onSuccess: () => console.log(JSON.stringify({ status: 204, url: upload.url })),
});
upload.start();
