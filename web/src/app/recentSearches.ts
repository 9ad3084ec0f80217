/** What a person has lately searched for, in this browser. */
const KEPT = 8;

const place = (user: string): string => `dougong-searches:${user}`;

export function recentSearches(user: string): string[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(place(user)) ?? '[]');
    return Array.isArray(found) ? found.filter((one): one is string => typeof one === 'string').slice(0, KEPT) : [];
  } catch {
    return [];
  }
}

export function noteSearch(user: string, text: string): void {
  const sought = text.trim();
  if (sought === '') return;
  localStorage.setItem(place(user), JSON.stringify([sought, ...recentSearches(user).filter((one) => one !== sought)].slice(0, KEPT)));
}

export function forgetSearches(user: string): void {
  localStorage.removeItem(place(user));
}
