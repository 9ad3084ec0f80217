import { Route, Routes } from 'react-router';
import { NotFound } from '@/ui/NotFound';
import { SetList } from './SetList';
import { SetPage } from './SetPage';
import './option-sets.css';

/** /settings/option-sets: all general option sets, and one with its options. */
export default function OptionSetsPage() {
  return (
    <Routes>
      <Route index element={<SetList />} />
      <Route path=":name" element={<SetPage />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  );
}
