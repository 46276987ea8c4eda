// The rules of a scorecard, the same as on the server: what lines come to, and what they may say.
export {};
