// The rules as a module that tests run. What else the app's screens share stands beside them, because the bundler
// puts into one file what the same entries ask for: so the code that is tested is the very file that ships.
import "./meeting/use";
import "./parts/file";
import "./parts/parts";
import "./parts/qr";
import "./screens/signal";
import "./store/database";
import "./store/site_key";
import "./store/vault";
import "./sync/fetch";
import "./sync/send";
import "./sync/server";
import "./words";

export * from "./rules/index";
