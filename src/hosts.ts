/**
 * A host as browsers write it: lower case, and names of other alphabets in their ASCII form; or `*.` and such a name.
 * Null for what is neither.
 */
export function hostPattern(text: string): string | null {
  const [, star = '', host = ''] = /^(\*\.)?([^\s/\\:@?#[\]%*]+)$/.exec(text) ?? [];
  const url = `http://${host}`;
  const plain = host !== '' && URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, '') : '';
  return plain !== '' && (star === '' || plain.includes('.')) ? star + plain : null;
}
