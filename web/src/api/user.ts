import { createContext, useContext } from 'react';
import type { SessionUser } from './types';

export const UserContext = createContext<SessionUser | null>(null);

/** The signed-in person. */
export function useUser(): SessionUser {
  const user = useContext(UserContext);
  if (!user) throw new Error('useUser needs the shell around it');
  return user;
}
