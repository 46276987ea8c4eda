// A file leaves the phone: shared where the phone can, else laid among its downloads.
export function giveFile(named: File): void {
  const keep = () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(named);
    link.download = named.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };
  if (!navigator.canShare?.({ files: [named] })) return keep();
  // Given up by the person it stays given up; a phone that does not let it be shared keeps it.
  navigator.share({ files: [named] }).catch((error: Error) => error.name !== "AbortError" && keep());
}
