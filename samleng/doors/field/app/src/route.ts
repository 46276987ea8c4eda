// Where in the app we are, kept in the address so that a killed tab comes back to the same place.
import { useEffect, useState } from "preact/hooks";

export const here = (): string[] => location.hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(decodeURIComponent);

export const go = (address: string): void => {
  location.hash = address.replace(/^#/, "");
};

/** Go without leaving a trace that Back would lead to. */
export const replace = (address: string): void => location.replace(address.startsWith("#") ? address : `#${address}`);

export function useRoute(): string[] {
  const [parts, show] = useState(here());
  useEffect(() => {
    const moved = () => show(here());
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, []);
  return parts;
}
