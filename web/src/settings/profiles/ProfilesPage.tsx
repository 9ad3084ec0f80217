import { Route, Routes } from 'react-router';
import { NotFound } from '@/ui/NotFound';
import { ComparePage } from './ComparePage';
import { MatrixPage } from './MatrixPage';
import { ProfileList } from './ProfileList';
import './profiles.css';

/** /settings/profiles: all of them, one with its matrix, two side by side. */
export default function ProfilesPage() {
  return (
    <Routes>
      <Route index element={<ProfileList />} />
      <Route path="compare" element={<ComparePage />} />
      <Route path=":id" element={<MatrixPage />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  );
}
