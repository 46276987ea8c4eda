// Bundles the app: `node build.mjs OUT MAP` writes the code, the rules as a module of their own (so that tests
// run the very code that ships) and the service worker into the folder OUT, and the public map into MAP.
import { build } from "esbuild";
import { rm } from "node:fs/promises";

const [out, map] = process.argv.slice(2);
if (!out || !map) throw new Error("node build.mjs OUT MAP");
await rm(out, { recursive: true, force: true });
await rm(map, { recursive: true, force: true });
const common = {
  bundle: true,
  minify: true,
  // Phones in villages are old: Chrome 87 (Android 5) and Safari 14.1 are the first to hold all we ask of them.
  target: ["chrome87", "safari14.1", "firefox90"],
  legalComments: "none",
  logLevel: "warning",
  outdir: out,
};
await build({
  ...common,
  entryPoints: { app: "src/app.tsx", rules: "src/shared.ts", field: "src/field.css" },
  format: "esm",
  splitting: true,
  // What app.js needs from the start is a "chunk"; a screen that it imports only with a signal bears its own name.
  chunkNames: "[name]-[hash]",
  jsx: "automatic",
  jsxImportSource: "preact",
});
await build({ ...common, entryPoints: { worker: "src/worker.ts" }, format: "iife" });
// Leaflet's style names pictures of controls that the map does not have.
await build({
  ...common,
  outdir: map,
  entryPoints: [
    { in: "src/map/map.ts", out: "map" },
    { in: "src/map/map.css", out: "map" },
  ],
  format: "iife",
  loader: { ".png": "empty" },
});
