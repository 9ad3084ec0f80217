import { useCallback, useEffect, useState } from 'react';

export interface Position {
  latitude: number;
  longitude: number;
  accuracy: number;
}

export type Found =
  | { state: 'asking' }
  | { state: 'found'; position: Position }
  | { state: 'denied' | 'unavailable' | 'unsupported' };

const PATIENCE_MS = 15_000;
const DENIED = 1;

const supported = (): boolean => 'geolocation' in navigator && window.isSecureContext;

function locate(tell: (found: Found) => void): void {
  if (!supported()) return;
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => { tell({ state: 'found', position: { latitude: coords.latitude, longitude: coords.longitude, accuracy: coords.accuracy } }); },
    ({ code }) => { tell({ state: code === DENIED ? 'denied' : 'unavailable' }); },
    { enableHighAccuracy: true, maximumAge: 0, timeout: PATIENCE_MS },
  );
}

/** Where the device is, asked of the browser when it begins and whenever `again` is called; never an old answer. */
export function usePosition(): [Found, () => void] {
  const [found, setFound] = useState<Found>(() => ({ state: supported() ? 'asking' : 'unsupported' }));
  useEffect(() => {
    let there = true;
    locate((answer) => { if (there) setFound(answer); });
    return () => { there = false; };
  }, []);
  const again = useCallback(() => {
    if (supported()) setFound({ state: 'asking' });
    locate(setFound);
  }, []);
  return [found, again];
}
