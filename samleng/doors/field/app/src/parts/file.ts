// A file leaves the phone: shared where the phone can, else laid among its downloads.
export function giveFile(named: File): void {
  if (navigator.canShare?.({ files: [named] })) return void navigator.share({ files: [named] }).catch(() => undefined);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(named);
  link.download = named.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
