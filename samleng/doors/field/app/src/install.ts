// Putting the app on the home screen: Chrome lets us ask, Safari only lets us say how.

interface Asking extends Event {
  prompt(): Promise<void>;
}

let asking: Asking | null = null;

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  asking = event as Asking;
});

export const canInstall = (): boolean => asking !== null;

export async function askToInstall(): Promise<void> {
  await asking?.prompt();
  asking = null;
}

/** An iPad says that it is a Mac; no Mac has a screen to touch. */
export const onIos = (): boolean =>
  /iPhone|iPad|iPod/.test(navigator.userAgent) || (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);

/** Opened from an iPhone's home screen, where what an app keeps is not cleared after a week. */
export const onHomeScreen = (): boolean => (navigator as Navigator & { standalone?: boolean }).standalone === true;
