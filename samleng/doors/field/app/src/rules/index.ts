// The rules of a scorecard, the same as on the server (samleng/voices/scorecards/rules): what lines come to, and
// what they may say. Pure: no clock, no store, no language of people.
export * from "./texts";
export * from "./moments";
export * from "./lines";
export * from "./statistics";
export * from "./tally";
export * from "./checks";
export * from "./unready";
export * from "./vocabulary";
