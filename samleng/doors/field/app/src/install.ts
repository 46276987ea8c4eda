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

export const onIos = (): boolean => /iPhone|iPad|iPod/.test(navigator.userAgent);
