// The public map of reports. The page says the same as a list beside it, so nothing hangs on this file.
import * as L from "leaflet";

interface Told {
  clusters: string;
  outlines: string;
  query: string;
  box: string;
  tiles: string;
  tiles_by: string;
  words: Record<string, string>;
}
interface Pin {
  reference: string;
  lat: number;
  lon: number;
  category: string;
  state: string;
  url: string;
}
interface Answer {
  total: number;
  overdue: number;
  clusters: [number, number, number, number][];
  pins: Pin[];
  categories: Record<string, string>;
}

// As many squares of 256 pixels as the server answers at once (rules/windows.py), with room at the edges.
const MOST_PIXELS = 256 * 11;

// Pixels between the middles of two marks.
const APART = 40;

const box = document.getElementById("map");
if (box) begin(box);
const picked = document.querySelector<HTMLElement>("[data-pick]");
if (picked) choose(picked);

// The land under the marks: streets where the site has some, outlines in any case.
function ground(holder: HTMLElement, told: Told): { map: L.Map; land: L.GeoJSON } {
  holder.hidden = false;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(holder, {
    zoomControl: false,
    maxZoom: 19,
    maxBoundsViscosity: 1,
    fadeAnimation: !calm,
    zoomAnimation: !calm,
    markerZoomAnimation: !calm,
    inertia: !calm,
  });
  L.control.zoom({ zoomInTitle: told.words.in, zoomOutTitle: told.words.out }).addTo(map);
  map.attributionControl.setPrefix(false);
  if (told.tiles) L.tileLayer(told.tiles, { attribution: told.tiles_by, maxZoom: 19 }).addTo(map);
  const land = L.geoJSON(undefined, {
    interactive: false,
    style: { color: "#7C7263", weight: 1.2, fillColor: "#FFFDF9", fillOpacity: told.tiles ? 0 : 1 },
  }).addTo(map);
  const [west, south, east, north] = told.box.split(",").map(Number);
  if (told.box) map.fitBounds([[south, west], [north, east]], { animate: false });
  else map.setView([0, 0], 2);
  return { map, land };
}

// A point is chosen for a report: by a tap, by the phone's own place, or by Enter for the middle.
function choose(holder: HTMLElement): void {
  const told = JSON.parse(holder.dataset.map ?? "{}") as Told;
  const fields = ["lat", "lon"].map((name) => document.getElementById(name) as HTMLInputElement);
  const said = holder.parentElement?.querySelector(".said");
  const { map, land } = ground(holder, told);
  let mark: L.Marker | undefined;
  const put = (at: L.LatLng) => {
    mark?.remove();
    const icon = L.divIcon({ className: "pin", html: element("span", ""), iconSize: [30, 30] });
    mark = L.marker(at, { icon, interactive: false, keyboard: false }).addTo(map);
  };
  const take = (at: L.LatLng) => {
    put(at);
    [fields[0].value, fields[1].value] = [at.lat.toFixed(5), at.lng.toFixed(5)];
    if (said) said.textContent = told.words.put;
  };
  const outlines = latest<GeoJSON.FeatureCollection>((found) => { land.clearLayers(); land.addData(found); }, () => {});
  const look = () => outlines(`${told.outlines}?bbox=${seen(map)}&zoom=${map.getZoom()}&${told.query}`);
  const known = () => {
    if (!fields[0].value || !fields[1].value) return;
    const at = L.latLng(Number(fields[0].value), Number(fields[1].value));
    put(at);
    map.setView(at, 16);
  };
  map.on("moveend", look);
  map.on("click", ({ latlng }) => take(latlng));
  holder.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== holder) return;
    event.preventDefault();
    take(map.getCenter());
  });
  document.addEventListener("point-found", known);
  known();
  look();
}

function begin(holder: HTMLElement): void {
  const told = JSON.parse(holder.dataset.map ?? "{}") as Told;
  const said = document.getElementById("map-said");
  const { map, land } = ground(holder, told);
  const marks = L.layerGroup().addTo(map);
  map.on("popupopen", ({ popup }) => {
    popup.getElement()?.querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", told.words.close);
  });
  const reports = latest<Answer>((answer) => {
    draw(map, marks, answer, told);
    if (said) said.textContent = sentence(answer, told);
  }, () => { if (said) said.textContent = told.words.lost; });
  const outlines = latest<GeoJSON.FeatureCollection>((found) => { land.clearLayers(); land.addData(found); }, () => {});
  const look = () => {
    const where = `bbox=${seen(map)}&zoom=${map.getZoom()}`;
    reports(`${told.clusters}?${where}&${told.query}`);
    outlines(`${told.outlines}?${where}&${told.query}`);
  };
  map.on("moveend", look);
  look();
}

// What the window shows, cut to what may be asked for.
function seen(map: L.Map): string {
  const size = map.getSize();
  const half = L.point(Math.min(size.x, MOST_PIXELS) / 2, Math.min(size.y, MOST_PIXELS) / 2);
  const middle = map.project(map.getCenter());
  const one = map.unproject(middle.subtract(half));
  const other = map.unproject(middle.add(half));
  const within = (value: number, most: number) => Math.max(-most, Math.min(most, value)).toFixed(5);
  return [within(one.lng, 180), within(other.lat, 85), within(other.lng, 180), within(one.lat, 85)].join(",");
}

// Only the newest question's answer counts; the ones before it are let go.
function latest<T>(take: (found: T) => void, lost: () => void): (address: string) => void {
  let asking: AbortController | undefined;
  return (address) => {
    asking?.abort();
    const mine = (asking = new AbortController());
    fetch(address, { signal: mine.signal })
      .then((answer) => (answer.ok ? (answer.json() as Promise<T>) : Promise.reject(new Error(answer.statusText))))
      .then(take)
      .catch(() => { if (!mine.signal.aborted) lost(); });
  };
}

function filled(words: string, n: number, late: number): string {
  return words.replace("{n}", n.toLocaleString("en")).replace("{late}", late.toLocaleString("en"));
}

function sentence(answer: Answer, told: Told): string {
  return answer.total ? filled(told.words.shown, answer.total, answer.overdue) : told.words.none;
}

function draw(map: L.Map, marks: L.LayerGroup, answer: Answer, told: Told): void {
  marks.clearLayers();
  for (const [lat, lon, n, late] of answer.clusters) {
    const words = filled(told.words.many, n, late);
    const size = Math.round(30 + 7 * Math.log10(n));
    const mark = marker(lat, lon, element("span", short(n)), `cluster${late ? " late" : ""}`, size, words);
    mark.on("click", () => map.setView([lat, lon], Math.min(19, map.getZoom() + 2)));
    marks.addLayer(mark);
    mark.getElement()?.setAttribute("aria-label", words);
  }
  for (const pins of apart(map, answer.pins)) {
    const [first] = pins;
    const states = new Set(pins.map((pin) => pin.state));
    const state = ["late", "open", "fixed", "closed"].find((one) => states.has(one)) ?? "open";
    const names = pins.map((pin) => `${answer.categories[pin.category]}: ${told.words[pin.state]}`);
    const inside = element("span", pins.length > 1 ? String(pins.length) : SIGNS[state]);
    const mark = marker(first.lat, first.lon, inside, `pin ${state}`, 30, names.slice(0, 5).join("; "));
    mark.bindPopup(listed(pins, answer, told), { maxHeight: 240 });
    marks.addLayer(mark);
    mark.getElement()?.setAttribute("aria-label", names.slice(0, 5).join("; "));
  }
}

// Pins that would lie on each other share a mark: each mark is large enough for a thumb.
function apart(map: L.Map, pins: Pin[]): Pin[][] {
  const groups: { at: L.Point; pins: Pin[] }[] = [];
  for (const pin of pins) {
    const at = map.latLngToLayerPoint([pin.lat, pin.lon]);
    const near = groups.find((group) => group.at.distanceTo(at) < APART);
    if (near) near.pins.push(pin);
    else groups.push({ at, pins: [pin] });
  }
  return groups.map((group) => group.pins);
}

// The state of a lone pin is told by a sign as well as by its colour.
const SIGNS: Record<string, string> = { late: "!", open: "", fixed: "✓", closed: "–" };

function marker(lat: number, lon: number, inside: HTMLElement, name: string, size: number, words: string): L.Marker {
  const icon = L.divIcon({ className: name, html: inside, iconSize: [size, size] });
  return L.marker([lat, lon], { icon, title: words, riseOnHover: true });
}

function listed(pins: Pin[], answer: Answer, told: Told): HTMLElement {
  const list = document.createElement("ul");
  list.className = "plain";
  for (const pin of pins) {
    const link = element("a", answer.categories[pin.category]) as HTMLAnchorElement;
    link.href = pin.url;
    const row = document.createElement("li");
    row.append(link, element("span", ` ${told.words[pin.state]} · ${pin.reference}`));
    list.append(row);
  }
  return list;
}

function element(kind: string, text: string): HTMLElement {
  const made = document.createElement(kind);
  made.textContent = text;
  return made;
}

function short(n: number): string {
  if (n >= 999_500) return `${(n / 1_000_000).toFixed(1)}M`;
  return n >= 1000 ? `${(n / 1000).toFixed(n < 9950 ? 1 : 0)}k` : String(n);
}
