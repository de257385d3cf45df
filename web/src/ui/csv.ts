/** Saves what is shown as a table for a spreadsheet, formulas made harmless; the first row has its heads. */
export async function saveCsv(name: string, rows: readonly (readonly string[])[]): Promise<void> {
  // Larger than most pages, and asked for by few.
  const { stringify } = await import('csv-stringify/browser/esm/sync');
  const text = stringify([...rows], { escape_formulas: true, record_delimiter: 'windows' });
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  Object.assign(document.createElement('a'), { href: url, download: name }).click();
  URL.revokeObjectURL(url);
}
