/** The key that does the same; for eyes only, as assistive technology reads the button itself. */
export function KeyHint({ children }: { readonly children: string }) {
  return (
    <span className="key-hint" aria-hidden="true">
      {children}
    </span>
  );
}
