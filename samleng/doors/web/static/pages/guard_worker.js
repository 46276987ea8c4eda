// Finds a number whose SHA-256 together with the challenge begins with so many zero bits. Plain arithmetic: what
// browsers have built in answers one by one, and only on HTTPS.
const K = new Uint32Array(64), START = new Uint32Array(8);
(() => {
  const part = (x) => ((x - Math.floor(x)) * 2 ** 32) >>> 0;
  for (let n = 2, i = 0; i < 64; n++) {
    let prime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) { prime = false; break; }
    if (!prime) continue;
    if (i < 8) START[i] = part(Math.sqrt(n));
    K[i++] = part(Math.cbrt(n));
  }
})();

const W = new Uint32Array(64);
const turned = (x, n) => (x >>> n) | (x << (32 - n));

function block(state, bytes, at) {
  for (let i = 0; i < 16; i++, at += 4) W[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  for (let i = 16; i < 64; i++) {
    const a = W[i - 15], b = W[i - 2];
    W[i] = W[i - 16] + (turned(a, 7) ^ turned(a, 18) ^ (a >>> 3)) + W[i - 7] + (turned(b, 17) ^ turned(b, 19) ^ (b >>> 10));
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const one = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
    const two = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d; state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

function zeros(text, known, before) {
  // `before` bytes of the text are in `known` already.
  const room = new Uint8Array(((text.length - before + 8) >> 6) * 64 + 64), state = known.slice();
  for (let i = before; i < text.length; i++) room[i - before] = text.charCodeAt(i);
  room[text.length - before] = 0x80;
  new DataView(room.buffer).setUint32(room.length - 4, text.length * 8);
  for (let at = 0; at < room.length; at += 64) block(state, room, at);
  let found = 0;
  for (const word of state) {
    found += Math.clz32(word);
    if (word) break;
  }
  return found;
}

onmessage = ({ data: { challenge, bits } }) => {
  const head = `${challenge}:`, before = head.length & ~63, known = START.slice(), first = new Uint8Array(before);
  for (let i = 0; i < before; i++) first[i] = head.charCodeAt(i);
  for (let at = 0; at < before; at += 64) block(known, first, at);
  for (let tried = 0; ; tried++) {
    if (zeros(head + tried, known, before) >= bits) { postMessage({ nonce: String(tried) }); return; }
    if (tried % 20000 === 0) postMessage({ tried });
  }
};
