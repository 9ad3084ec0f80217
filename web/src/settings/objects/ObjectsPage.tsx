import { Route, Routes } from 'react-router';
import { NotFound } from '@/ui/NotFound';
import { BinPage } from './BinPage';
import { ObjectList } from './ObjectList';
import { ObjectPage } from './ObjectPage';
import './objects.css';

/** /settings/objects: all objects, and one with everything that can be set of it. */
export default function ObjectsPage() {
  return (
    <Routes>
      <Route index element={<ObjectList />} />
      <Route path="-/deleted" element={<BinPage />} />
      <Route path=":name" element={<ObjectPage />} />
      <Route path=":name/:tab" element={<ObjectPage />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  );
}
