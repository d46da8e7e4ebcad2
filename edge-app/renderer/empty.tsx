/** A part that has nothing to show says so, and what would change that. */
export function Empty({ title, hint }: { readonly title: string; readonly hint: string }) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      <p className="empty-hint">{hint}</p>
    </div>
  );
}
